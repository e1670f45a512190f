from django.core.management import call_command


def test_modules_import_one_another_under_their_hashed_names(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "first.js").write_text(
        'import { second } from "./second.js";\nconst third = import("./third.js");\n'
    )
    (source / "second.js").write_text("export const second = 2;\n")
    (source / "third.js").write_text("export const third = 3;\n")
    (source / "third.js.map").write_text("{}" * 1000)
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "ldnportal.pages.static_files.HashedStaticFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    [second], [third], [first] = (
        list(settings.STATIC_ROOT.glob(f"{name}.????????????.js")) for name in ("second", "third", "first")
    )
    assert first.read_text() == (
        f'import {{ second }} from "./{second.name}";\nconst third = import("./{third.name}");\n'
    )
    assert [path.name for path in settings.STATIC_ROOT.glob("*.map.*") if path.suffix in {".gz", ".br"}] == []
