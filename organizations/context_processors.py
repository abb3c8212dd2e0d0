"""What every signed-in page needs: the member, the organization and the others to switch to."""

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    return {
        "organization": getattr(request, "organization", None),
        "member": getattr(request, "member", None),
    }
