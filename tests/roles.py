"""Who gets what from which address: every route, every role, one table.

A row is the route as the project's addresses spell it, an address to try, and the answer for each column of WHO.
An answer is a status, or where the browser is sent. `admin/` stands for all of Django's administration.
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
    "sign-in/":               ("/sign-in/",                 (200,     HOME,     HOME,     HOME,     HOME)),
    "sign-in/stopped/":       ("/sign-in/stopped/",         (200,     200,      200,      200,      200)),
    "sign-out/":              ("/sign-out/",                (SIGN_IN, 200,      200,      200,      200)),
    "password/":              ("/password/",                (SIGN_IN, 200,      200,      200,      200)),
    "password/first/":        ("/password/first/",          (SIGN_IN, PASSWORD, PASSWORD, PASSWORD, PASSWORD)),
    "welcome/<str:token>/":   ("/welcome/any/",             (404,     404,      404,      404,      404)),
    "admin/":                 ("/admin/ownership/person/",  (SIGN_IN, 404,      404,      404,      200)),
}  # fmt: skip
