"""The parts that pages are made of: what they print, and what they must never print."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from core.templatetags.components import STATES, shortcuts

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# a PDF is rendered without a content security policy
OTHERS = {"print", "mail.html"}  # paper and mail are not pages: no policy of ours reaches them
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if not OTHERS & set(path.parts))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


class Rates(forms.Form):
    name = forms.CharField(label="Name", help_text="As printed.")
    rate = forms.DecimalField(label="Rate", required=False)
    unit = forms.ChoiceField(label="Unit", choices=[("h", "Hour")], required=False)
    memo = forms.CharField(label="Memo", widget=forms.Textarea, required=False)
    active = forms.BooleanField(label="Active", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, **values: object) -> str:
    request = RequestFactory().get("/customers/", {"q": "frigo", "page": "2"})
    return engines["django"].from_string("{% load components %}" + source).render(values, request)


def test_icon_points_into_the_sprite_and_stays_silent():
    assert render('{% icon "send" "sm" %}') == (
        '<svg class="icon icon-sm" aria-hidden="true"><use href="/static/icons.svg#send"></use></svg>'
    )


def test_every_icon_that_the_templates_name_is_in_the_sprite():
    listed = set((Path(settings.BASE_DIR) / "assets" / "icons.txt").read_text().split())
    named = {icon for _tone, icon, _word in STATES.values()}
    for template in PAGES:
        text = template.read_text()
        named.update(re.findall(r'{% icon "([a-z0-9-]+)"', text))
        named.update(re.findall(r'icon_name="([a-z0-9-]+)"', text))
        named.update(re.findall(r'{% (?:menu|menu_link|menu_post|post_button) [^%]*?\s"([a-z0-9-]+)"', text))
    assert named - listed == set()


def test_status_tells_by_colour_glyph_and_word():
    html = render('{% status "late" %}')
    assert 'class="badge badge-late"' in html
    assert "#clock-alert" in html
    assert html.endswith("Late</span>")


def test_an_unknown_status_shows_its_own_name():
    assert render('{% status "on_hold" %}').endswith("on_hold</span>")


def test_badge_escapes_its_word():
    assert "&lt;b&gt;" in render("{% badge word %}", word="<b>")


def test_field_dresses_the_control_by_its_type():
    form = Rates()
    assert 'class="input"' in render("{% field f %}", f=form["name"])
    assert 'class="select"' in render("{% field f %}", f=form["unit"])
    assert 'class="textarea"' in render("{% field f %}", f=form["memo"])
    assert '<label class="check" for="id_active">' in render("{% field f %}", f=form["active"])


def test_field_ties_help_and_errors_to_its_control():
    html = render("{% field f %}", f=Rates({"name": ""})["name"])
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert html.count('aria-invalid="true"') == 1


def test_field_marks_what_may_stay_empty_and_shows_its_unit():
    html = render('{% field f unit="€/h" %}', f=Rates()["rate"])
    assert "<small>optional</small>" in html
    assert '<span class="affix-unit">€/h</span>' in html


def test_a_hidden_field_prints_bare():
    assert render("{% field f %}", f=Rates()["token"]).strip() == '<input type="hidden" name="token" id="id_token">'


def test_form_fields_prints_the_errors_of_the_whole_form_first():
    form = Rates({"name": "x"})
    form.add_error(None, "Choose another name.")
    html = render("{% form_fields form %}", form=form)
    assert html.index("Choose another name.") < html.index('id="id_name"')


def test_page_header_leaves_out_an_empty_row_of_actions():
    assert "page-actions" not in render('{% page_header "Customers" %} {% endpage_header %}')
    assert "page-actions" in render('{% page_header "Customers" %}<a>New</a>{% endpage_header %}')


def test_page_header_escapes_its_title_and_keeps_its_actions():
    html = render("{% page_header title %}<a>New</a>{% endpage_header %}", title="<script>")
    assert "<h1>&lt;script&gt;</h1>" in html
    assert "<a>New</a>" in html


def test_each_menu_has_its_own_target():
    ids = re.findall(r'popovertarget="(menu-\w+)"', render('{% menu "A" %}{% endmenu %}{% menu "B" %}{% endmenu %}'))
    assert len(set(ids)) == 2


def test_post_button_carries_the_token_and_its_question():
    html = render('{% post_button "Delete" "/x/" "trash-2" tone="danger" confirm=q %}', q='Delete "x"?')
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'data-confirm="Delete &quot;x&quot;?"' in html
    assert 'class="btn btn-danger"' in html


def test_a_block_inside_a_menu_still_carries_the_token():
    html = render('{% menu "More" %}{% menu_post "Delete" "/x/" tone="danger" %}{% endmenu %}')
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'class="menu-item menu-item-danger"' in html


FILTER_BAR = '{% include "components/filter_bar.html" %}'


class Narrowing(forms.Form):
    state = forms.CharField(required=False)
    amount = forms.CharField(required=False)


def test_a_filter_bar_shows_every_field_of_a_form_that_folds_none_away():
    html = render(FILTER_BAR, form=Narrowing())
    assert re.findall(r'name="(\w+)"', html) == ["state", "amount"]
    assert "<details" not in html


def test_a_filter_bar_folds_away_what_is_rare():
    form = Narrowing()
    form.rare = ("state",)
    before, folded = render(FILTER_BAR, form=form).split("<details")
    assert re.findall(r'name="(\w+)"', before) == ["amount"]
    assert re.findall(r'name="(\w+)"', folded) == ["state"]


def test_pagination_keeps_the_filters():
    html = render('{% include "components/pagination.html" %}', page=Paginator(range(30), 10).page(2))
    assert "11 to 20 of 30" in html
    assert 'href="?q=frigo&amp;page=1"' in html
    assert 'href="?q=frigo&amp;page=3"' in html


def test_pagination_of_a_single_page_prints_nothing():
    assert render('{% include "components/pagination.html" %}', page=Paginator([1], 10).page(1)).strip() == ""


def test_warnings_offer_a_cure_that_acts_as_a_post():
    cures = [{"label": "Create Marc", "url": "/cure/", "post": True}, {"label": "Choose", "url": "/choose/"}]
    html = render('{% include "components/warnings.html" %}', warnings=[{"text": "Marc is unknown.", "cures": cures}])
    assert "1 point to check" in html
    assert re.search(r'<form[^>]+method="post" action="/cure/"', html)
    assert '<a class="btn btn-sm btn-edit-soft" href="/choose/">' in html


def test_no_warning_prints_no_box():
    assert render('{% include "components/warnings.html" %}', warnings=[]).strip() == ""


def test_progress_asks_again_only_while_it_has_an_address():
    source = '{% include "components/progress.html" with id="sync" label="Products" done=5 total=10 %}'
    assert 'hx-get="/runs/1/"' in render(source, poll_url="/runs/1/")
    assert "hx-get" not in render(source)
    assert 'value="5" max="10"' in render(source)


def test_files_ask_before_they_remove():
    files = [{"name": "report.pdf", "size": 97400, "url": "/f/", "kind": "pdf", "delete_url": "/f/delete/"}]
    html = render('{% include "components/files.html" %}', files=files)
    assert "97\u00a0kB" in html
    assert 'data-confirm="Remove the file report.pdf?"' in html


def test_an_address_leaves_out_what_is_missing():
    party = {"name": "Frigotech", "street": "Kerkstraat", "street_number": "1", "postal_code": "9000", "city": "Gent"}
    html = render('{% include "components/address.html" %}', party=party | {"country": "BE"})
    assert "Kerkstraat 1</span>" in html
    assert html.count("<span") == 2
    assert "mailto:" not in html


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_an_error_page_needs_no_context(code):
    html = engines["django"].get_template(f"{code}.html").render()
    assert f'<p class="lost-code">{code}</p>' in html
    assert html.count("<h1>") == 1


def test_the_tab_bar_shows_the_first_entry_of_each_group():
    groups = [{"label": group, "items": [{"label": f"{group} {n}"} for n in (1, 2)]} for group in "ABCDE"]
    assert [item["label"] for item in shortcuts(groups, 4)] == ["A 1", "B 1", "C 1", "D 1"]


def test_the_shell_stands_without_navigation_or_user():
    html = engines["django"].get_template("base.html").render({}, RequestFactory().get("/"))
    assert '<main class="page " id="content"' in html
    assert "tabbar" not in html
    assert "top-user" not in html


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_template_needs_an_inline_style_or_handler(path):
    text = path.read_text()
    assert not re.search(r'\sstyle="', text)
    assert not re.search(r'\son[a-z]+="', text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
