"""Addresses of sign-in and of the first start."""

from allauth.account import views as account
from django.urls import path

from ownership import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/as/", views.sign_in_as, name="sign_in_as"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/stopped/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
]
