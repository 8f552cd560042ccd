"""How static files are stored: fingerprinted and compressed, once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports of JavaScript modules, so that only fingerprinted copies are kept."""

    support_js_module_import_aggregation = True
