"""Write the C of every model that ships, from its declaration: ``generate.py --out DIR``.

Runs at build time, when the compiled core does not exist: the package is entered without running its ``__init__``.
"""

import argparse
import pathlib
import sys
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent

HEADER = """\
/* Written by ext/generate.py from the declarations in spatialnet/models. */
#ifndef SPN_MODEL_KERNELS_H
#define SPN_MODEL_KERNELS_H
#include <stdint.h>
#include "step.h"

/* The step of a model, or NULL; columns != 0 for constants that differ between neurons. */
spn_step_function spn_find_step(const char *model, int columns);
#endif
"""


def sources() -> tuple[str, str]:
    """Texts of model_kernels.h and model_kernels.c."""
    package = types.ModuleType("spatialnet")
    package.__path__ = [str(ROOT / "spatialnet")]
    sys.modules["spatialnet"] = package
    from spatialnet.language.codegen import PRELUDE
    from spatialnet.models import get_model, list_models
    from spatialnet.models.kernels import c_source

    models = [get_model(name) for name in list_models("neuron")]
    table = "\n".join(f'    if (!strcmp(model, "{m.name}")) return columns ? spn_{m.name}_columns : '
                      f'spn_{m.name}_uniform;' for m in models)
    code = "\n".join(["/* Written by ext/generate.py from the declarations in spatialnet/models. */",
                      '#include "model_kernels.h"', PRELUDE, *map(c_source, models),
                      "spn_step_function spn_find_step(const char *model, int columns) {", table, "    return 0;", "}",
                      ""])
    return HEADER, code


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, text in zip(("model_kernels.h", "model_kernels.c"), sources()):
        (out / name).write_text(text)


if __name__ == "__main__":
    main()
