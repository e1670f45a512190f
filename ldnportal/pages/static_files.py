from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """
    Static files under names that hold a fingerprint, compressed; modules import one another under these names too.

    They are served as immutable for a year: a module imported under its plain name would stay an old one for as long.
    """

    support_js_module_import_aggregation = True

    def create_compressor(self, **kwargs) -> Compressor:
        # Source maps are read by developers only, and the editor's takes longer to compress than all the rest.
        skipped = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
        return super().create_compressor(**{**kwargs, "extensions": skipped})
