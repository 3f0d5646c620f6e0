"""What staff type about a project. Credentials go in and never come out: no widget here shows what it was given."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pools import connecting
from pools.addresses import Forbidden, Reason
from pools.models import Project, Team

REGION, ADDRESSES, EMBEDDED = "region", "addresses", "embedded"
PLACES: Final = [
    (REGION, _("A region of the cloud")),
    (ADDRESSES, _("Addresses of your own")),
    (EMBEDDED, _("The embedded endpoint")),
]

WHY: Final[dict[Reason, str | Promise]] = {
    Reason.FORM: _("Write it as https://host or https://host:port, without path, user or final dot."),
    Reason.SCHEME: _("It has to begin with https://."),
    Reason.NUMBER: _("Write the host as a name, or as an IP address with four plain numbers."),
    Reason.LOCAL: _("It leads back to this machine, which is not allowed."),
    Reason.PRIVATE: _("It leads to a private network. The operator can allow one with UPSTREAM_ALLOWED_NETWORKS."),
    Reason.NEVER: _("It leads to a link-local or metadata address. Those are never allowed."),
}

MISSING: Final = {
    "name": _("Enter a name."),
    "project_id": _("Enter the project ID."),
    "region": _("Enter the region."),
    "modelarts_url": _("Enter the address of ModelArts."),
    "iam_url": _("Enter the address of IAM: it gives the tokens of IAM users."),
    "access_key": _("Enter the access key."),
    "secret_key": _("Enter the secret key."),
    "iam_domain": _("Enter the name of the account."),
    "iam_user": _("Enter the name of the IAM user."),
    "iam_password": _("Enter the password."),
}


def _plain(**attrs: str) -> forms.TextInput:
    """A line for identifiers: no browser should correct it."""
    return forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", **attrs})


def _hidden(purpose: str = "off") -> forms.PasswordInput:
    return forms.PasswordInput(render_value=False, attrs={"autocomplete": purpose, "spellcheck": "false"})


class ProjectForm(forms.Form):
    """One form for connecting and for changing; `project` is the one to change."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What people here call it: Training, Beijing."),
        widget=_plain(),
        error_messages={"required": MISSING["name"]},
    )
    project_id = forms.RegexField(
        regex=r"^[0-9A-Za-z_-]{1,64}$",
        label=_("Project ID"),
        widget=_plain(),
        help_text=_("32 characters; in the cloud's console under My Credentials."),
        error_messages={
            "required": MISSING["project_id"],
            "invalid": _("A project ID has letters, digits, hyphens and underscores only."),
        },
    )
    domain_id = forms.RegexField(
        regex=r"^[0-9A-Za-z_-]{1,64}$",
        label=_("Account ID"),
        required=False,
        widget=_plain(),
        help_text=_("Billing is asked in its name."),
        error_messages={"invalid": _("An account ID has letters, digits, hyphens and underscores only.")},
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams it serves"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Members of these teams order in it."),
    )
    where = forms.ChoiceField(
        label=_("Where it is"),
        widget=forms.RadioSelect,
        choices=PLACES,
    )
    region = forms.CharField(
        label=_("Region"),
        max_length=40,
        required=False,
        widget=_plain(list="known-regions", placeholder="cn-north-4"),
        help_text=_("The addresses of ModelArts, IAM and billing follow from it."),
    )
    modelarts_url = forms.CharField(
        label=_("ModelArts address"), required=False, widget=_plain(inputmode="url", placeholder="https://")
    )
    iam_url = forms.CharField(
        label=_("IAM address"),
        required=False,
        widget=_plain(inputmode="url", placeholder="https://"),
        help_text=_("Needed to sign in as an IAM user. Access keys do without."),
    )
    bss_url = forms.CharField(
        label=_("Billing address"),
        required=False,
        widget=_plain(inputmode="url", placeholder="https://"),
        help_text=_("Without it, orders that wait for payment cannot be approved here."),
    )
    size_suffix = forms.ChoiceField(
        label=_("Disk sizes are written"),
        required=False,
        choices=[("", _("500")), ("Gi", _("500Gi"))],
        help_text=_("Bare digits as the API page has them, or with the unit where the endpoint wants it."),
    )
    signs_with = forms.ChoiceField(
        label=_("Calls are signed with"),
        widget=forms.RadioSelect,
        choices=[
            (Project.Credentials.KEYS, _("Access keys")),
            (Project.Credentials.PASSWORD, _("IAM user and password")),
        ],
    )
    access_key = forms.CharField(label=_("Access key (AK)"), max_length=200, required=False, widget=_hidden())
    secret_key = forms.CharField(label=_("Secret key (SK)"), max_length=200, required=False, widget=_hidden())
    security_token = forms.CharField(
        label=_("Security token"),
        max_length=8000,
        required=False,
        widget=_hidden(),
        help_text=_("Temporary keys come with one."),
    )
    iam_domain = forms.CharField(label=_("Account name"), max_length=64, required=False, widget=_plain())
    iam_user = forms.CharField(label=_("IAM user name"), max_length=64, required=False, widget=_hidden())
    iam_password = forms.CharField(
        label=_("Password"),
        max_length=200,
        required=False,
        strip=False,
        widget=_hidden("new-password"),
    )

    credentials_until = forms.DateField(
        label=_("They expire on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The last day on which they work, where that is known. Everybody is told in the week before."),
        error_messages={"invalid": _("Write the day as year-month-day, such as 2026-12-31.")},
    )

    KEYS = ("access_key", "secret_key")
    PASSWORD = ("iam_domain", "iam_user", "iam_password")

    def __init__(self, *args: Any, project: Project | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        teams, where, identity = self.fields["teams"], self.fields["where"], self.fields["project_id"]
        assert isinstance(teams, forms.ModelMultipleChoiceField)  # noqa: S101 - tells the type checker what it is
        assert isinstance(where, forms.ChoiceField)  # noqa: S101
        teams.queryset = Team.objects.all()
        if connecting.embedded_project() is None:
            where.choices = PLACES[:-1]
        if project:
            self.initial = {**_said(project), **self.initial}
            identity.disabled = True
            identity.help_text = _("Another project ID is another project: connect it besides this one.")
        else:
            self.initial = {"where": REGION, "signs_with": Project.Credentials.KEYS, **self.initial}

    @property
    def entry(self) -> connecting.Entry:
        said = self.cleaned_data
        return connecting.Entry(
            name=said["name"],
            project_id=said["project_id"],
            domain_id=said["domain_id"],
            size_suffix=said["size_suffix"],
            credentials_until=said["credentials_until"],
            teams=list(said["teams"]),
            place=self._place,
        )

    @property
    def _place(self) -> connecting.Place:
        said = self.cleaned_data
        match said["where"]:
            case "region":
                return connecting.Place(region=said["region"])
            case "addresses":
                urls = {name: said[name] for name in ("modelarts_url", "iam_url", "bss_url")}
                return connecting.Place(**urls)
            case _:
                return connecting.Place(embedded=True)

    @property
    def credentials(self) -> connecting.Credentials | None:
        """What was typed of the chosen kind; None if nothing was, which keeps what is stored."""
        names = self._asked_for
        given = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        return connecting.Credentials(**given) if self._is_given else None

    @property
    def _asked_for(self) -> tuple[str, ...]:
        if self.cleaned_data.get("signs_with") == Project.Credentials.PASSWORD:
            return self.PASSWORD
        return (*self.KEYS, "security_token")

    @property
    def _is_given(self) -> bool:
        """The account's name is shown, and so it is there without being typed."""
        return any(self.cleaned_data.get(name) for name in self._asked_for if name != "iam_domain") or (
            bool(self.project) and "iam_domain" in self._asked_for and "iam_domain" in self.changed_data
        )

    def clean(self) -> None:
        self._needs("where", REGION, "region")
        self._needs("where", ADDRESSES, "modelarts_url")
        if self.cleaned_data.get("where") == ADDRESSES:
            self._judge_addresses()
        kind = self.cleaned_data.get("signs_with")
        if kind == Project.Credentials.PASSWORD and self.cleaned_data.get("where") == ADDRESSES:
            self._needs("where", ADDRESSES, "iam_url")
        keeps = self.project is not None and self.project.signs_with == kind and not self._is_given
        if kind and not keeps:
            for name in self.PASSWORD if kind == Project.Credentials.PASSWORD else self.KEYS:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, str(MISSING[name]))

    def _judge_addresses(self) -> None:
        """The act judges them too; here every one is told at once, beside its field."""
        for name in ("modelarts_url", "iam_url", "bss_url"):
            try:
                connecting.judge(self.cleaned_data.get(name, ""))
            except Forbidden as forbidden:
                self.add_error(name, str(WHY[forbidden.reason]))

    def _needs(self, choice: str, value: str, name: str) -> None:
        if self.cleaned_data.get(choice) == value and not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, str(MISSING[name]))


def _said(project: Project) -> dict[str, Any]:
    """What the form begins with: everything but credentials.

    A region's addresses stand ready too: whoever needs the other billing site changes that one and keeps the rest.
    """
    where = EMBEDDED if project.embedded else REGION if project.region else ADDRESSES
    kept = ("name", "project_id", "domain_id", "region", "size_suffix", "signs_with", "iam_domain", "credentials_until")
    urls = () if project.embedded else ("modelarts_url", "iam_url", "bss_url")
    return {
        **{name: getattr(project, name) for name in (*kept, *urls)},
        "where": where,
        "teams": [team.pk for team in project.teams.all()],
    }
