"""Signing in, inviting, joining, choosing a new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm, SetPasswordForm
from django.core.exceptions import ValidationError
from unfold.widgets import (
    BASE_INPUT_CLASSES,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from cases.models import StaffMember
from priorauth.terms import Role


class SignInForm(AuthenticationForm):
    """Sign-in name or work e-mail, and the password. Who may enter where is asked afterwards."""

    required_css_class = "required"
    error_messages = {
        "invalid_login": "This sign-in name or e-mail and password do not match. Both are "
        "checked letter by letter; the password minds capitals.",
        "inactive": "This sign-in name or e-mail and password do not match.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Sign-in name or e-mail"
        for name in ("username", "password"):
            self.fields[name].widget.attrs["class"] = " ".join(BASE_INPUT_CLASSES)

    def clean_username(self) -> str:
        """The stored sign-in name of whoever was meant, or what was typed."""
        typed = self.cleaned_data["username"].strip()
        for field in ("username__iexact", "email__iexact"):
            staff = StaffMember.objects.filter(**{field: typed}).first()
            if staff is not None:
                return staff.get_username()
        return typed


class ResetForm(PasswordResetForm):
    """Asks for the address only; the answer is the same whether or not it is known."""

    email = forms.EmailField(
        label="Work e-mail",
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email", "autofocus": True}),
    )

    def save(self, **options: Any) -> None:  # type: ignore[override]
        options["extra_email_context"] = {"site_url": settings.SITE_URL}
        super().save(**options)


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("new_password1", "new_password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(
                attrs={"autocomplete": "new-password"}
            )


class InviteForm(forms.Form):
    """Who is invited, and as what."""

    email = forms.EmailField(
        label="Work e-mail",
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "off"}),
        help_text="The invitation goes to this address and works for seven days.",
    )
    role = forms.ChoiceField(
        choices=Role.choices,
        initial=Role.BILLER,
        widget=UnfoldAdminSelectWidget,
        help_text="What this person may do in this clinic. It can be changed later.",
    )


class JoinForm(forms.Form):
    """A new person's name and password."""

    first_name = forms.CharField(
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "family-name"}),
        help_text="Your name stands beside what you record.",
    )
    password = forms.CharField(
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A few unrelated words are fine.",
    )
    password_again = forms.CharField(
        label="Password again",
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if not password:
            return cleaned
        if cleaned.get("password_again") not in (None, password):
            self.add_error("password_again", "The two passwords differ. Type the same one twice.")
        person = StaffMember(
            username=self.email,
            email=self.email,
            first_name=cleaned.get("first_name", ""),
            last_name=cleaned.get("last_name", ""),
        )
        try:
            password_validation.validate_password(password, person)
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned
