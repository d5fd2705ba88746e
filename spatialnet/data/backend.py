"""What xarray finds when it looks for engines, which it does before it opens anything: so ``data.spatialnet`` is always there."""

from xarray.backends import H5netcdfBackendEntrypoint


class SpatialnetBackend(H5netcdfBackendEntrypoint):
    """``xarray.open_datatree(path, engine="spatialnet")``: h5netcdf under our name, for those who ask for it.

    Finding it imports this package, which registers the accessor; so `spatialnet` need not import
    xarray for those who open files with xarray itself.
    """

    description = "Open runs of spatialnet (.nc) using h5netcdf; data.spatialnet works on whatever was opened"
    url = ""

    def guess_can_open(self, filename_or_obj) -> bool:
        return False
