"""Plain pytest on exported files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run_pytest(folder: Path, *arguments: str, plugins: bool = False) -> subprocess.CompletedProcess[str]:
    """Plain pytest: isolated from this project's folder, settings and installed editable package.

    Without `plugins`, those that are installed here are left out, as loading them takes most of the time.
    """
    blocker = "import sys; sys.modules.update(dict.fromkeys(('console', 'pipeline', 'store')))"
    start = f"{blocker}; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-I", "-c", start, "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=os.environ | ({} if plugins else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
