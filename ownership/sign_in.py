"""How allauth signs people in here."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """People are added by an administrator, never by themselves; refusals are in our words."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "No one signs in with this e-mail address and password.",
        "enter_current_password": "This is not your current password.",
        "too_many_login_attempts": "Too many failed attempts. Try again in a few minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's own signature
        return False
