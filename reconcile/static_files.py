"""Where the production web process finds its style sheets, scripts and icons."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed files.

    Packages ship style sheets and scripts that name source maps they do not ship; Django would refuse those. Only
    addresses that a browser loads are rewritten: in style sheets, and where a script of ours imports another, so that
    after an upgrade no script meets an older one.
    """

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\((?P<quote>['"]{0,1})\s*(?P<url>.*?)(?P=quote)\))""",
                (
                    r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""",
                    """@import url("%(url)s")""",
                ),
            ),
        ),
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>import(?P<names>[^;"']*?)from\s*["'](?P<url>\./[^"']+)["']\s*;)""",
                    """import%(names)sfrom "%(url)s";""",
                ),
            ),
        ),
    )
