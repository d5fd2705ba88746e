"""Write the C of every model that ships, from its declaration: ``generate.py --out DIR``.

Runs at build time, when the compiled core does not exist: the package is entered without running its ``__init__``.
"""

import argparse
import math
import pathlib
import sys
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent

HEADER = """\
/* Written by ext/generate.py from the declarations in spatialnet/models. */
#ifndef SPN_MODEL_KERNELS_H
#define SPN_MODEL_KERNELS_H
#include "step.h"

/* Puts the functions of a model into a step and returns 1, or returns 0 if it has none; columns != 0 for constants that differ
   between neurons. */
int spn_find_kernel(const char *model, int columns, spn_step *step);
/* What spatialnet/models/layouts.py says of the step of a model, or NULL. */
const char *spn_layout(const char *model);
/* Of the texts from which all this was written; see spatialnet/models/fingerprint.py. */
extern const uint32_t spn_fingerprint;
#endif
"""


#: files the neurons are shared out to, so that several processors compile them
N_FILES = 4


def sources() -> dict[str, str]:
    """Names and texts of the files."""
    package = types.ModuleType("spatialnet")
    package.__path__ = [str(ROOT / "spatialnet")]
    sys.modules["spatialnet"] = package
    from spatialnet.language.codegen import PRELUDE
    from spatialnet.models import get_model, list_models
    from spatialnet.models.fingerprint import fingerprint
    from spatialnet.models.kernels import c_source, found_in_c
    from spatialnet.models.layouts import written

    models = [model for model in map(get_model, list_models("neuron")) if model.kernel]
    made = {"model_kernels.h": HEADER, "synapse_kernels.c": synapse_code(list_models, get_model)}
    finders = [f"spn_find_kernel_{k}" for k in range(N_FILES)]
    for k, finder in enumerate(finders):
        here = models[k::N_FILES]
        made[f"model_kernels_{k}.c"] = "\n".join([
            "/* Written by ext/generate.py from the declarations in spatialnet/models. */", '#include "model_kernels.h"',
            "#include <string.h>", PRELUDE, *map(c_source, here), f"int {finder}(const char *model, int columns, spn_step *step);",
            f"int {finder}(const char *model, int columns, spn_step *step) {{", *map(found_in_c, here), "    return 0;", "}", ""])
    made["model_kernels.c"] = "\n".join([
        "/* Written by ext/generate.py. */", '#include "model_kernels.h"', "#include <string.h>", f"const uint32_t spn_fingerprint = {fingerprint():#x};",
        *(f"int {finder}(const char *model, int columns, spn_step *step);" for finder in finders),
        "int spn_find_kernel(const char *model, int columns, spn_step *step) {",
        f"    return {' || '.join(f'{finder}(model, columns, step)' for finder in finders)};", "}",
        "const char *spn_layout(const char *model) {",
        *(f'    if (!strcmp(model, "{model.kernel}")) return {quoted(written(model))};' for model in models), "    return 0;", "}", ""])
    return made


def quoted(text: str) -> str:
    """A string as C, in literals that are not too long for any compiler."""
    pieces = (text[k:k + 1000].replace("\\", "\\\\").replace('"', '\\"') for k in range(0, len(text), 1000))
    return "\n        ".join(f'"{piece}"' for piece in pieces)


def table(name: str, values) -> str:
    """A table of doubles as C."""
    return f"const double {name}[] = {{{', '.join(float(value).hex() for value in values)}}};"


def synapse_code(list_models, get_model) -> str:
    """Text of synapse_kernels.c."""
    from spatialnet.models.plasticity import c_source, synapse_table

    models = [model for model in (get_model(name, "synapse") for name in list_models("synapse")) if model.kernel == model.name]
    return "\n".join(["/* Written by ext/generate.py from the declarations in spatialnet/models. */",
                      '#include <string.h>\n#include "synapse.h"\n',
                      table("spn_reciprocal", (1 / (1 + (k + 0.5) / 128) for k in range(128))),
                      table("spn_logarithm", (math.log(1 + (k + 0.5) / 128) for k in range(128))),
                      table("spn_root", (2 ** (k / 64) for k in range(64))), "", *map(c_source, models), synapse_table(models)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, text in sources().items():
        (out / name).write_text(text)


if __name__ == "__main__":
    main()
