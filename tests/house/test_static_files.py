"""Style sheets, scripts and icons in production: hashed, compressed, complete."""

import json
from pathlib import Path

from tests.house.test_settings import PRODUCTION
from tests.processes import manage


def test_all_of_them_are_collected_although_packages_name_source_maps_they_do_not_ship(tmp_path: Path) -> None:
    result = manage("collectstatic", "--noinput", "-v", "0", DATA_DIR=tmp_path, STATIC_ROOT=tmp_path, **PRODUCTION)
    assert result.returncode == 0, result.stderr
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    for name in ("css/frame.css", "js-lib-bootstrap5/css/bootstrap.min.css", "admin/css/base.css"):
        assert (tmp_path / names[name]).is_file()
        assert (tmp_path / f"{names[name]}.gz").is_file()


def test_a_script_imports_others_by_the_names_of_this_version(tmp_path: Path) -> None:
    result = manage("collectstatic", "--noinput", "-v", "0", DATA_DIR=tmp_path, STATIC_ROOT=tmp_path, **PRODUCTION)
    assert result.returncode == 0, result.stderr
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    imported = (tmp_path / names["js/sheet.js"]).read_text()
    other = names["js/sheet_grid.js"].removeprefix("js/")
    assert f'from "./{other}"' in imported
    assert 'from "./sheet_grid.js"' not in imported
