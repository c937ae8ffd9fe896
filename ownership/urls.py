"""Addresses of sign-in and of the first start."""

from allauth.account import views as account
from django.urls import path

from ownership.views import directory, fields, signing_in

urlpatterns = [
    path("sign-in/", signing_in.SignIn.as_view(), name="account_login"),
    path("sign-in/as/", signing_in.sign_in_as, name="sign_in_as"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/stopped/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("welcome/<str:token>/", signing_in.welcome, name="welcome"),
    path("ownership/fields/<int:field_id>/", fields.field, name="ownership_field"),
    path("ownership/teams/<int:team_id>/", directory.team, name="team"),
    path("ownership/systems/<int:system_id>/", directory.system, name="system"),
    path("ownership/people/<int:person_id>/", directory.person, name="person"),
]
