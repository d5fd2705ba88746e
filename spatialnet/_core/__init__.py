"""The compiled core, built from ``ext/*.pyx``: typed arrays in, arrays out, validation left to the callers.

Imports nothing of spatialnet. The ``.pxd`` files beside this one let other Cython code ``cimport`` the modules.
"""
