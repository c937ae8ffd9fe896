"""Addresses of sign-in and of the first start."""

from allauth.account import views as account
from django.urls import path

from ownership.views import (
    agreement,
    cells,
    claims,
    directory,
    fields,
    sheet,
    sheet_check,
    signing_in,
    table,
    tokens,
    views_saved,
    waiting,
)

urlpatterns = [
    path("sign-in/", signing_in.SignIn.as_view(), name="account_login"),
    path("sign-in/as/", signing_in.sign_in_as, name="sign_in_as"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/stopped/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("welcome/<str:token>/", signing_in.welcome, name="welcome"),
    path("ownership/", table.fields, name="ownership"),
    path("ownership/cells/", cells.cells, name="ownership_cells"),
    path("ownership/check/", sheet_check.page, name="ownership_check"),
    path("ownership/claims/<int:round_id>/", claims.claim, name="ownership_claim"),
    path("ownership/columns/", views_saved.columns, name="ownership_columns"),
    path("ownership/fields/<int:field_id>/", fields.field, name="ownership_field"),
    path("ownership/fields/<int:field_id>/answer/", agreement.answer, name="ownership_answer"),
    path("ownership/fields/<int:field_id>/ask/", claims.ask, name="ownership_ask"),
    path("ownership/fields/<int:field_id>/confirm/", agreement.confirm, name="ownership_confirm"),
    path("ownership/fields/<int:field_id>/discard/", agreement.discard, name="ownership_discard"),
    path("ownership/fields/<int:field_id>/propose/", agreement.propose, name="ownership_propose"),
    path("ownership/fields/<int:field_id>/take-back/", agreement.take_back, name="ownership_take_back"),
    path("ownership/options/", cells.options, name="ownership_options"),
    path("ownership/people/", directory.people, name="people"),
    path("ownership/people/<int:person_id>/", directory.person, name="person"),
    path("ownership/presence/", cells.presence, name="ownership_presence"),
    path("ownership/record-types/", directory.record_types, name="record_types"),
    path("ownership/record-types/<int:record_type_id>/", directory.record_type, name="record_type"),
    path(
        "ownership/record-types/<int:record_type_id>/remove/", directory.remove_record_type, name="record_type_remove"
    ),
    path("ownership/sheet/", sheet.sheet, name="ownership_sheet"),
    path("ownership/suggestions/<int:suggestion_id>/", cells.suggestion, name="ownership_suggestion"),
    path("ownership/systems/", directory.systems, name="systems"),
    path("ownership/systems/<int:system_id>/", directory.system, name="system"),
    path("ownership/teams/", directory.teams, name="teams"),
    path("ownership/teams/<int:team_id>/", directory.team, name="team"),
    path("ownership/views/", views_saved.save, name="ownership_views"),
    path("ownership/views/<int:view_id>/remove/", views_saved.remove, name="ownership_view"),
    path("ownership/waiting/", waiting.page, name="ownership_waiting"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="token_revoke"),
]
