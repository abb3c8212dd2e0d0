"""Forms of sign-up, settings, members and invitations."""

from allauth.account.forms import SignupForm as BaseSignupForm


class SignupForm(BaseSignupForm):
    pass
