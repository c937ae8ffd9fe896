"""Who gets what from which address: every route, every role, one table.

A row is the route as the project's addresses spell it, an address to try, and the answer for each column of WHO.
An answer is a status, or where the browser is sent. `admin/` stands for all of Django's administration.
Names in braces are filled in with what `build.addressed` makes.
"""

from ownership.models import Role

NOBODY = "nobody"
WHO = (NOBODY, Role.VIEWER, Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)

SIGN_IN = "to sign-in"
HOME = "to home"
PASSWORD = "to password"

Answer = int | str

ROUTES: dict[str, tuple[str, tuple[Answer, ...]]] = {
    # route                   address                      nobody   viewer    lead      manager   administrator
    "":                       ("/",                         (SIGN_IN, 200,      200,      200,      200)),
    "find/":                  ("/find/?q=check",            (SIGN_IN, 200,      200,      200,      200)),
    "_parts/":                ("/_parts/",                  (SIGN_IN, 404,      404,      404,      404)),
    "sign-in/":               ("/sign-in/",                 (200,     HOME,     HOME,     HOME,     HOME)),
    "sign-in/as/":            ("/sign-in/as/",              (404,     404,      404,      404,      404)),
    "sign-in/stopped/":       ("/sign-in/stopped/",         (200,     200,      200,      200,      200)),
    "sign-out/":              ("/sign-out/",                (SIGN_IN, 200,      200,      200,      200)),
    "password/":              ("/password/",                (SIGN_IN, 200,      200,      200,      200)),
    "password/first/":        ("/password/first/",          (SIGN_IN, PASSWORD, PASSWORD, PASSWORD, PASSWORD)),
    "welcome/<str:token>/":   ("/welcome/any/",             (404,     404,      404,      404,      404)),
    "example/remove/":        ("/example/remove/",          (SIGN_IN, 405,      405,      405,      405)),
    "snapshots/":             ("/snapshots/",               (SIGN_IN, 200,      200,      200,      200)),
    "snapshots/<int:snapshot_id>/":
                              ("/snapshots/{snapshot}/",    (SIGN_IN, 200,      200,      200,      200)),
    "snapshots/<int:snapshot_id>/preview/":
                              ("/snapshots/{snapshot}/preview/",  (SIGN_IN, 200, 200, 200, 200)),
    "snapshots/<int:snapshot_id>/read-again/":
                              ("/snapshots/{snapshot}/read-again/", (SIGN_IN, 405, 405, 405, 405)),
    "snapshots/<int:snapshot_id>/rejected.csv":
                              ("/snapshots/{snapshot}/rejected.csv", (SIGN_IN, 404, 404, 404, 404)),
    "snapshots/<int:snapshot_id>/original/":
                              ("/snapshots/{snapshot}/original/", (SIGN_IN, 200, 200, 200, 200)),
    "uploads/":               ("/uploads/",                 (SIGN_IN, 405,      405,      405,      405)),
    "uploads/<uuid:upload_id>/":
                              ("/uploads/{upload}/",        (SIGN_IN, 404,      404,      404,      404)),
    "uploads/<uuid:upload_id>/finish/":
                              ("/uploads/{upload}/finish/", (SIGN_IN, 405,      405,      405,      405)),
    "runs/<int:run_id>/":     ("/runs/{queued}/",           (SIGN_IN, 200,      200,      200,      200)),
    "runs/<int:run_id>/records/<int:mismatch_id>/":
                              ("/runs/{run}/records/{mismatch}/", (SIGN_IN, 200, 200, 200, 200)),
    "runs/<int:run_id>/mismatches.<str:form>":
                              ("/runs/{run}/mismatches.csv", (SIGN_IN, 200,     200,      200,      200)),
    "runs/<int:run_id>/progress/":
                              ("/runs/{queued}/progress/",     (SIGN_IN, 200,      200,      200,      200)),
    "runs/<int:run_id>/cancel/":
                              ("/runs/{queued}/cancel/",       (SIGN_IN, 405,      405,      405,      405)),
    "runs/<int:run_id>/confirm/":
                              ("/runs/{queued}/confirm/",      (SIGN_IN, 405,      405,      405,      405)),
    "runs/<int:run_id>/again/":
                              ("/runs/{queued}/again/",        (SIGN_IN, 405,      405,      405,      405)),
    "runs/<int:run_id>/withdraw/":
                              ("/runs/{run}/withdraw/", (SIGN_IN, 403, 200, 403, 403)),
    "checks/":
                              ("/checks/", (SIGN_IN, 200, 200, 200, 200)),
    "checks/<int:check_id>/":
                              ("/checks/{check}/", (SIGN_IN, 200, 200, 200, 200)),
    "checks/<int:check_id>/boundary/":
                              ("/checks/{check}/boundary/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/<int:check_id>/patterns/":
                              ("/checks/{check}/patterns/", (SIGN_IN, 200, 200, 200, 200)),
    "patterns/":              ("/patterns/",                (SIGN_IN, 200,      200,      200,      200)),
    "patterns/<int:pattern_id>/":
                              ("/patterns/{pattern}/",      (SIGN_IN, 200,      200,      200,      200)),
    "patterns/<int:pattern_id>/records/":
                              ("/patterns/{pattern}/records/", (SIGN_IN, 200,   200,      200,      200)),
    "patterns/<int:pattern_id>/split/":
                              ("/patterns/{pattern}/split/", (SIGN_IN, 403,     200,      403,      403)),
    "patterns/<int:pattern_id>/event/":
                              ("/patterns/{pattern}/event/", (SIGN_IN, 405,     405,      405,      405)),
    "patterns/<int:pattern_id>/merge/":
                              ("/patterns/{pattern}/merge/", (SIGN_IN, 405,     405,      405,      405)),
    "patterns/<int:pattern_id>/name/":
                              ("/patterns/{pattern}/name/", (SIGN_IN, 405,      405,      405,      405)),
    "patterns/<int:pattern_id>/unmerge/":
                              ("/patterns/{pattern}/unmerge/", (SIGN_IN, 405,   405,      405,      405)),
    "patterns/<int:pattern_id>/words/":
                              ("/patterns/{pattern}/words/", (SIGN_IN, 405,     405,      405,      405)),
    "checks/<int:check_id>/edit/":
                              ("/checks/{check}/edit/", (SIGN_IN, 403, 200, 403, 403)),
    "checks/<int:check_id>/fields-to-ownership/":
                              ("/checks/{check}/fields-to-ownership/", (SIGN_IN, 403, 200, 403, 403)),
    "checks/<int:check_id>/run/":
                              ("/checks/{check}/run/", (SIGN_IN, 403, 200, 403, 403)),
    "checks/new/":
                              ("/checks/new/", (SIGN_IN, 403, 200, 403, 403)),
    "checks/new/<uuid:draft_id>/":
                              ("/checks/new/{draft}/", (SIGN_IN, 403, 404, 403, 403)),
    "checks/new/<uuid:draft_id>/waiting/":
                              ("/checks/new/{draft}/waiting/", (SIGN_IN, 403, 404, 403, 403)),
    "checks/new/<uuid:draft_id>/preview/":
                              ("/checks/new/{draft}/preview/", (SIGN_IN, 403, 404, 403, 403)),
    "checks/new/<uuid:draft_id>/fields/<slug:field_id>/":
                              ("/checks/new/{draft}/fields/0123456789ab/", (SIGN_IN, 403, 404, 403, 403)),
    "checks/new/<uuid:draft_id>/files/":
                              ("/checks/new/{draft}/files/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/about/":
                              ("/checks/new/{draft}/about/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/run/":
                              ("/checks/new/{draft}/run/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/discard/":
                              ("/checks/new/{draft}/discard/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/restore/":
                              ("/checks/new/{draft}/restore/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/key/":
                              ("/checks/new/{draft}/key/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/key/<int:number>/":
                              ("/checks/new/{draft}/key/0/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/key/fold/":
                              ("/checks/new/{draft}/key/fold/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/edits/":
                              ("/checks/new/{draft}/edits/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/":
                              ("/checks/new/{draft}/fields/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/all/":
                              ("/checks/new/{draft}/fields/all/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/none/":
                              ("/checks/new/{draft}/fields/none/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/back/":
                              ("/checks/new/{draft}/fields/back/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/<slug:field_id>/comparison/":
                              ("/checks/new/{draft}/fields/0123456789ab/comparison/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/<slug:field_id>/columns/":
                              ("/checks/new/{draft}/fields/0123456789ab/columns/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/<slug:field_id>/words/":
                              ("/checks/new/{draft}/fields/0123456789ab/words/", (SIGN_IN, 405, 405, 405, 405)),
    "checks/new/<uuid:draft_id>/fields/<slug:field_id>/remove/":
                              ("/checks/new/{draft}/fields/0123456789ab/remove/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/":             ("/ownership/",               (SIGN_IN, 200,      200,      200,      200)),
    "ownership/columns/":     ("/ownership/columns/",       (SIGN_IN, 405,      405,      405,      405)),
    "ownership/views/":       ("/ownership/views/",         (SIGN_IN, 405,      405,      405,      405)),
    "ownership/views/<int:view_id>/remove/":
                              ("/ownership/views/1/remove/", (SIGN_IN, 405,     405,      405,      405)),
    "ownership/fields/<int:field_id>/":
                              ("/ownership/fields/{field}/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/fields/<int:field_id>/about/":
                              ("/ownership/fields/{field}/about/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/fields/<int:field_id>/bring-back/":
                              ("/ownership/fields/{field}/bring-back/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/conditions/":
                              ("/ownership/fields/{field}/conditions/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/fields/<int:field_id>/history/":
                              ("/ownership/fields/{field}/history/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/fields/<int:field_id>/remove/":
                              ("/ownership/fields/{field}/remove/", (SIGN_IN, 403, 403, 403, 403)),
    "ownership/fields/<int:field_id>/restore/":
                              ("/ownership/fields/{field}/restore/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/uses/":
                              ("/ownership/fields/{field}/uses/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/fields/removed/":
                              ("/ownership/fields/removed/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/check/":       ("/ownership/check/",         (SIGN_IN, 200,      200,      200,      200)),
    "ownership/waiting/":     ("/ownership/waiting/",       (SIGN_IN, 200,      200,      200,      200)),
    "ownership/claims/<int:round_id>/":
                              ("/ownership/claims/1/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/answer/":
                              ("/ownership/fields/{field}/answer/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/ask/":
                              ("/ownership/fields/{field}/ask/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/confirm/":
                              ("/ownership/fields/{field}/confirm/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/discard/":
                              ("/ownership/fields/{field}/discard/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/propose/":
                              ("/ownership/fields/{field}/propose/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/fields/<int:field_id>/take-back/":
                              ("/ownership/fields/{field}/take-back/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/people/":      ("/ownership/people/",        (SIGN_IN, 200,      200,      200,      200)),
    "ownership/people/<int:person_id>/":
                              ("/ownership/people/{person}/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/record-types/":
                              ("/ownership/record-types/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/record-types/<int:record_type_id>/":
                              ("/ownership/record-types/{record_type}/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/record-types/<int:record_type_id>/remove/":
                              ("/ownership/record-types/{record_type}/remove/", (SIGN_IN, 405, 405, 405, 405)),
    "ownership/sheet/":       ("/ownership/sheet/",         (SIGN_IN, 200,      200,      200,      200)),
    "ownership/systems/":     ("/ownership/systems/",       (SIGN_IN, 200,      200,      200,      200)),
    "ownership/systems/<int:system_id>/":
                              ("/ownership/systems/{system}/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/teams/":       ("/ownership/teams/",         (SIGN_IN, 200,      200,      200,      200)),
    "ownership/fields/<int:field_id>/try/":
                              ("/ownership/fields/{field}/try/", (SIGN_IN, 200, 200, 200, 200)),
    "ownership/import/":      ("/ownership/import/",        (SIGN_IN, 403,      200,      403,      403)),
    "ownership/import/<int:sheet_id>/":
                              ("/ownership/import/1/",      (SIGN_IN, 403,      404,      403,      403)),
    "ownership/import/<int:sheet_id>/unclear.csv":
                              ("/ownership/import/1/unclear.csv", (SIGN_IN, 403, 404,     403,      403)),
    "ownership/fields.<str:form>":
                              ("/ownership/fields.csv",     (SIGN_IN, 200, 200, 200, 200)),
    "ownership/cells/":       ("/ownership/cells/",         (SIGN_IN, 405,      405,      405,      405)),
    "ownership/options/":     ("/ownership/options/",       (SIGN_IN, 200,      200,      200,      200)),
    "ownership/presence/":    ("/ownership/presence/",      (SIGN_IN, 405,      405,      405,      405)),
    "ownership/suggestions/<int:suggestion_id>/":
                              ("/ownership/suggestions/1/", (SIGN_IN, 405,      405,      405,      405)),
    "ownership/teams/<int:team_id>/":
                              ("/ownership/teams/{team}/", (SIGN_IN, 200, 200, 200, 200)),
    "boundaries/":            ("/boundaries/",              (SIGN_IN, 200,      200,      200,      200)),
    "boundaries.<str:form>":  ("/boundaries.csv",           (SIGN_IN, 200,      200,      200,      200)),
    "boundaries/new/":        ("/boundaries/new/",          (SIGN_IN, 403,      200,      403,      403)),
    "boundaries/import/":     ("/boundaries/import/",       (SIGN_IN, 403,      200,      403,      403)),
    "boundaries/removed/":    ("/boundaries/removed/",      (SIGN_IN, 200,      200,      200,      200)),
    "boundaries/first-week/": ("/boundaries/first-week/",   (SIGN_IN, 403,      200,      403,      403)),
    "boundaries/first-week/<slug:slug>/":
                              ("/boundaries/first-week/{boundary}/", (SIGN_IN, 403, 200,   403,      403)),
    "boundaries/<slug:slug>/":
                              ("/boundaries/{boundary}/",   (SIGN_IN, 200,      200,      200,      200)),
    "boundaries/<slug:slug>/bring-back/":
                              ("/boundaries/{boundary}/bring-back/", (SIGN_IN, 405, 405, 405, 405)),
    "boundaries/<slug:slug>/draw/":
                              ("/boundaries/{boundary}/draw/", (SIGN_IN, 405,   405,      405,      405)),
    "boundaries/<slug:slug>/edit/":
                              ("/boundaries/{boundary}/edit/", (SIGN_IN, 403,   403,      403,      403)),
    "boundaries/<slug:slug>/history/":
                              ("/boundaries/{boundary}/history/", (SIGN_IN, 200, 200,     200,      200)),
    "boundaries/<slug:slug>/map.bpmn":
                              ("/boundaries/{boundary}/map.bpmn", (SIGN_IN, 200, 200,     200,      200)),
    "boundaries/<slug:slug>/map.mmd":
                              ("/boundaries/{boundary}/map.mmd", (SIGN_IN, 200, 200,      200,      200)),
    "boundaries/<slug:slug>/map.svg":
                              ("/boundaries/{boundary}/map.svg", (SIGN_IN, 200, 200,      200,      200)),
    "boundaries/<slug:slug>/map.yaml":
                              ("/boundaries/{boundary}/map.yaml", (SIGN_IN, 200, 200,     200,      200)),
    "boundaries/<slug:slug>/presence/":
                              ("/boundaries/{boundary}/presence/", (SIGN_IN, 405, 405,    405,      405)),
    "boundaries/<slug:slug>/ready/":
                              ("/boundaries/{boundary}/ready/", (SIGN_IN, 200,  200,      200,      200)),
    "boundaries/<slug:slug>/redo/":
                              ("/boundaries/{boundary}/redo/", (SIGN_IN, 405,   405,      405,      405)),
    "boundaries/<slug:slug>/remove/":
                              ("/boundaries/{boundary}/remove/", (SIGN_IN, 403, 403,      403,      403)),
    "boundaries/<slug:slug>/restore/":
                              ("/boundaries/{boundary}/restore/", (SIGN_IN, 405, 405,     405,      405)),
    "boundaries/<slug:slug>/undo/":
                              ("/boundaries/{boundary}/undo/", (SIGN_IN, 405,   405,      405,      405)),
    "boundaries/<slug:slug>/which/":
                              ("/boundaries/{boundary}/which/", (SIGN_IN, 200,  200,      200,      200)),
    "tokens/":                ("/tokens/",                  (SIGN_IN, 200,      200,      200,      200)),
    "tokens/<int:token_id>/revoke/":
                              ("/tokens/1/revoke/",         (SIGN_IN, 405,      405,      405,      405)),
    "api/":                   ("/api/",                     (404,     404,      404,      404,      404)),
    "api/<path:rest>":        ("/api/nowhere",              (404,     404,      404,      404,      404)),
    "api/docs":               ("/api/docs",                 (SIGN_IN, 200,      200,      200,      200)),
    "api/openapi.json":       ("/api/openapi.json",         (401,     200,      200,      200,      200)),
    "api/ownership/fields":   ("/api/ownership/fields",     (401,     200,      200,      200,      200)),
    "api/ownership/fields/<path:name>":
                              ("/api/ownership/fields/no such field", (401, 404, 404, 404, 404)),
    "admin/":                 ("/admin/ownership/person/",  (SIGN_IN, 404,      404,      404,      200)),
}  # fmt: skip
