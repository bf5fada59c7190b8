"""Addresses around signing in. An invitation's token stands in the query, which no log keeps."""

from __future__ import annotations

from django.urls import path

from cases.desk import accounts

app_name = "accounts"

urlpatterns = [
    path("switch/", accounts.switch, name="switch"),
    path("invite/", accounts.invite, name="invite"),
    path("invite/<int:pk>/end/", accounts.revoke, name="revoke"),
    path("people/<int:pk>/take-out/", accounts.take_out, name="take_out"),
    path("people/<int:pk>/take-back/", accounts.take_back, name="take_back"),
    path("join/", accounts.join, name="join"),
    path("forgotten/", accounts.ForgottenPassword.as_view(), name="forgotten"),
    path("forgotten/sent/", accounts.ResetSent.as_view(), name="reset_sent"),
    path("new-password/<uidb64>/<token>/", accounts.NewPassword.as_view(), name="new_password"),
    path("new-password/set/", accounts.NewPasswordSet.as_view(), name="new_password_set"),
]
