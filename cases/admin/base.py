"""The ModelAdmin every record is registered with: one clinic, one table of permissions.

Django's own ModelAdmin asks for the clinic in a form, offers rows of every clinic in its boxes and
names them in its messages. `DeskSite.register` therefore takes nothing but `ScopedModelAdmin`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin.filters import RelatedOnlyFieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import NestedObjects
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import IntegrityError, router
from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet, URLField
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.checks import UnfoldModelAdminChecks
from unfold.widgets import UnfoldAdminSelectWidget

from cases.admin.checks_by_field import US_ZONES
from cases.admin.forms import SEEN_VERSION, RecordForm
from cases.admin.keys import may_be_key
from cases.admin.labels import NamedChoiceField, NamedMultipleChoiceField, rows_of_this_clinic
from cases.admin.paging import CappedChangeList, CappedPaginator
from cases.admin.permissions import Act, Family, may
from cases.desk.saved_forms import token_for, token_of
from cases.models import RecordedForm
from cases.models.base import ClinicOwned
from cases.workflow.once import RecordedBefore, once, recorded_before


class ClinicBound:
    """What a ModelAdmin and an inline share: permissions, boxes and labels of one clinic."""

    family: Family
    form = RecordForm
    is_looked_at_only = False
    help_texts: dict[str, str] = {}
    """Help for fields whose model has none."""

    def _may(self, request: Any, act: Act, obj: Model | None) -> bool:
        if obj is not None and _is_foreign(request, obj):
            return False
        if self.is_looked_at_only and act is not Act.VIEW:
            return False
        return may(request, act, self.family)

    def has_view_permission(self, request: Any, obj: Model | None = None) -> bool:
        return self._may(request, Act.VIEW, obj)

    def has_add_permission(self, request: Any, obj: Model | None = None) -> bool:
        return self._may(request, Act.ADD, obj)

    def has_change_permission(self, request: Any, obj: Model | None = None) -> bool:
        return self._may(request, Act.CHANGE, obj)

    def has_delete_permission(self, request: Any, obj: Model | None = None) -> bool:
        return self._may(request, Act.DELETE, obj)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = rows_of_this_clinic(db_field.remote_field.model)
        kwargs["form_class"] = NamedChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: Any, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = rows_of_this_clinic(db_field.remote_field.model)
        kwargs["form_class"] = NamedMultipleChoiceField
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Field, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        if db_field.name == "time_zone":
            kwargs["widget"] = UnfoldAdminSelectWidget(choices=_zones(db_field))
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class ScopedChecks(UnfoldModelAdminChecks):
    """Refuses, at start, options that are known to show another clinic's rows."""

    def check(self, admin_obj: Any, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(admin_obj, **kwargs), *_leaky_options(admin_obj)]


class ScopedModelAdmin(ClinicBound, ModelAdmin):
    """Base of every registered ModelAdmin."""

    checks_class = ScopedChecks
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    view_on_site = False
    list_select_related: Any = ()
    warn_unsaved_form = True
    compressed_fields = False

    def get_changelist(self, request: Any, **kwargs: Any) -> type[CappedChangeList]:
        return CappedChangeList

    def get_queryset(self, request: Any) -> QuerySet:
        rows = super().get_queryset(request)
        if issubclass(self.model, ClinicOwned):
            return rows.filter(clinic=request.clinic)
        return rows

    def get_fields(self, request: Any, obj: Model | None = None) -> list[Any]:
        # The version seen is hidden and stands at the top of the form, by the template.
        return [field for field in super().get_fields(request, obj) if field != SEEN_VERSION]

    def get_object(
        self, request: Any, object_id: str, from_field: str | None = None
    ) -> Model | None:
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST" and hasattr(found, "version"):
            # Held until the save, so that the version compared is the version overwritten.
            return self.get_queryset(request).select_for_update(of=("self",)).get(pk=found.pk)
        return found

    def changeform_view(
        self,
        request: Any,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        token = token_of(request)
        if object_id is None:
            extra_context = {**(extra_context or {}), "form_token": token_for(request)}
            if twin := self._twin(request, token):
                return self._added_before(request, twin)
        given = (request, object_id, form_url, extra_context)
        try:
            page = super().changeform_view(*given)
        except RecordedBefore as twice:
            return self._added_before(request, twice.form)
        except IntegrityError:
            # Somebody saved the same name or number between check and save: check again, and the
            # form says so with everything typed still in it.
            page = super().changeform_view(*given)
        is_refused = object_id is None and page.status_code == HTTPStatus.OK
        if is_refused and (twin := self._twin(request, token)):
            # It was refused for what the first click wrote meanwhile, such as its name.
            return self._added_before(request, twin)
        return page

    def _twin(self, request: Any, token: str) -> RecordedForm | None:
        """What this very form of a new record wrote before, for those who may add."""
        if request.method != "POST" or request.clinic is None:
            return None
        return recorded_before(request.clinic, token) if self.has_add_permission(request) else None

    def _added_before(self, request: Any, twin: RecordedForm) -> HttpResponse:
        """Where the first click led, with a word that nothing was added twice."""
        opts = self.model._meta
        rows = self.get_queryset(request) if twin.model == opts.model_name else None
        row = rows.filter(pk=twin.key).first() if rows is not None and twin.key else None
        said = f"This {opts.verbose_name} was added already; nothing was added twice."
        if row is not None and IS_POPUP_VAR in request.POST:
            return self.response_add(request, row)
        messages.info(request, said)
        if "_addanother" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        where, args = "changelist", []
        if row is not None and "_continue" in request.POST:
            where, args = "change", [row.pk]
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_{where}", args=args)
        return HttpResponseRedirect(address)

    def response_action(self, request: Any, queryset: QuerySet) -> HttpResponse | None:
        """What was ticked, without what can be no row of the list."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(may_be_key(self.model, key) for key in ticked):
            request.POST = request.POST.copy()
            keys = [key for key in ticked if may_be_key(self.model, key)]
            request.POST.setlist(ACTION_CHECKBOX_NAME, keys)
        return super().response_action(request, queryset)

    def save_model(self, request: Any, obj: Model, form: ModelForm, change: bool) -> None:
        _refuse_foreign(request, obj)

        def write() -> Model:
            super(ScopedModelAdmin, self).save_model(request, obj, form, change)
            return obj

        if change or request.clinic is None:
            write()
        else:
            once(request.clinic, token_of(request), write)

    def save_formset(
        self, request: Any, form: ModelForm, formset: BaseModelFormSet, change: bool
    ) -> None:
        for row in formset.save(commit=False):
            _refuse_foreign(request, row)
            row.save()
        for row in formset.deleted_objects:
            _refuse_foreign(request, row)
            row.delete()
        formset.save_m2m()

    def get_deleted_objects(self, objs: Any, request: Any) -> tuple[Any, Any, Any, Any]:
        collector = NestedObjects(using=router.db_for_write(self.model))
        collector.collect(objs)
        touched = [*collector.protected, *(row for rows in collector.data.values() for row in rows)]
        if any(_is_foreign(request, row) for row in touched):
            return [], {}, set(), ["Something that is not on file in this clinic depends on it."]
        return super().get_deleted_objects(objs, request)


class _ScopedInline(ClinicBound):
    extra = 0
    show_change_link = False

    def get_fields(self, request: Any, obj: Model | None = None) -> list[Any]:
        fields = [*super().get_fields(request, obj)]  # type: ignore[misc]
        fields = [field for field in fields if field != SEEN_VERSION]
        if hasattr(self.model, "version") and self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            fields.append(SEEN_VERSION)
        return fields


class ScopedTabularInline(_ScopedInline, TabularInline):
    """Rows of the same clinic as the record they stand under, one a line."""


class ScopedStackedInline(_ScopedInline, StackedInline):
    """Rows of the same clinic as the record they stand under, one below the other."""


def _zones(field: Field) -> list[tuple[str, str]]:
    return [("", "The clinic's own"), *US_ZONES] if field.blank else US_ZONES


def clinic_of(row: Model) -> int | None:
    """The id of the clinic that owns `row`; None for what belongs to none."""
    return row.clinic_id if isinstance(row, ClinicOwned) else None


def _refuse_foreign(request: Any, row: Model) -> None:
    if _is_foreign(request, row):
        raise PermissionDenied


def _is_foreign(request: Any, row: Model) -> bool:
    """Whether `row` belongs to a clinic, and not to the one the request works in."""
    owner = clinic_of(row)
    return owner is not None and (request.clinic is None or owner != request.clinic.pk)


def _leaky_options(model_admin: Any) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    for part in (model_admin, *_inlines(model_admin)):
        if part.raw_id_fields:
            found.append(_leak(part, "raw_id_fields names any row of any clinic", "cases.E020"))
        if not isinstance(part, ClinicBound):
            found.append(_leak(part, "it is not bound to one clinic", "cases.E021"))
    if model_admin.view_on_site is not False:
        found.append(_leak(model_admin, "view_on_site leads past the clinic's wall", "cases.E022"))
    for option in model_admin.list_filter:
        name, kind = option if isinstance(option, tuple | list) else (option, None)
        is_bounded = isinstance(kind, type) and issubclass(kind, RelatedOnlyFieldListFilter)
        if isinstance(name, str) and not is_bounded and _is_relation(model_admin.model, name):
            hint = f"list_filter {name!r} offers rows of every clinic"
            found.append(_leak(model_admin, hint, "cases.E023"))
    return found


def _inlines(model_admin: Any) -> list[Any]:
    return [inline(model_admin.model, model_admin.admin_site) for inline in model_admin.inlines]


def _leak(part: Any, why: str, check_id: str) -> checks.Error:
    return checks.Error(f"{type(part).__name__}: {why}.", obj=type(part), id=check_id)


def _is_relation(model: type[Model], path: str) -> bool:
    try:
        field = None
        for name in path.split("__"):
            field = model._meta.get_field(name)
            model = field.related_model or model
    except FieldDoesNotExist:
        return False
    return field is not None and field.is_relation
