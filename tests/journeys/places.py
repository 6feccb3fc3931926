"""The main pages, and one of everything to show on them."""

from dataclasses import dataclass

from playwright.sync_api import expect

from tests.journeys.visiting import WORKER_SECONDS, Visitor

PRICE_LIST = """Référence;Désignation;Prix d'achat;Prix de vente;Unité;Rayon
P0001;Filtre G4 592x592;12,10;25,90;pce;A
XT-1;Détendeur thermostatique R-410A à égalisation externe, sortie 5/8, avec orifice;31,00;59,90;pce;B
XT-2;Vanne;abc;4,00;boisseau;B
"""


@dataclass(frozen=True)
class Places:
    draft: str
    issued: str
    customer: str
    product: str
    mail: str
    annex: str
    work_order: str
    imported: str

    def main(self) -> dict[str, str]:
        """Every main page by the name of its picture."""
        return {
            "start": "/",
            "sales-journal": "/sales-journal/",
            "invoices": "/invoices/",
            "draft": self.draft,
            "draft-annexes": f"{self.draft}?tab=annexes",
            "draft-issue": f"{self.draft}issue/",
            "draft-editor": f"{self.draft}edit/",
            "issued": self.issued,
            "issued-mails": f"{self.issued}?tab=mails",
            "compose": self.issued.replace("/invoices/", "/documents/") + "send/",
            "credit": f"{self.issued}credit/",
            "credit-notes": "/credit-notes/",
            "new-invoice": "/invoices/new/",
            "customers": "/customers/",
            "customer": self.customer,
            "customer-documents": f"{self.customer}?tab=documents",
            "customer-payments": f"{self.customer}?tab=payments",
            "customer-addresses": f"{self.customer}?tab=addresses",
            "customer-timeline": f"{self.customer}?tab=timeline",
            "customer-duplicates": "/customers/duplicates/",
            "customer-form": f"{self.customer}edit/",
            "customer-merge": f"{self.customer}merge/",
            "products": "/products/",
            "product-form": "/products/new/",
            "product": self.product,
            "product-history": f"{self.product}?tab=sold",
            "product-groups": "/products/groups/",
            "imports": "/imports/",
            "import-new": "/imports/new/products/",
            "import-reading": f"{self.imported}reading/",
            "import-columns": f"{self.imported}columns/",
            "import-preview": self.imported,
            "received": "/work-orders/received/",
            "work-order": self.work_order,
            "outbox": "/outbox/",
            "mail": self.mail,
            "users": "/users/",
            "user-form": "/users/new/",
            "invite": "/users/invite/",
            "company": "/company/",
            "theme": "/company/theme/",
            "numbering": "/settings/numbering/",
            "default-texts": "/settings/default-texts/",
            "default-text": "/settings/default-texts/invoice/fr/new/",
            "mail-texts": "/settings/mail-texts/",
            "mail-sender": "/settings/mail-sender/",
            "applications": "/settings/applications/",
            "climapulse": "/work-orders/applications/climapulse/",
            "tokens": "/api-access/",
            "webhooks": "/settings/webhooks/",
            "webhook-form": "/settings/webhooks/new/",
            "jobs": "/jobs/",
            "profile": "/profile/",
            "two-step": "/profile/two-step/",
            "passkey-form": "/profile/passkeys/new/",
        }


def furnish(visitor: Visitor) -> Places:
    """A draft and an issued, mailed invoice, made from two work orders."""
    installation = visitor.installation
    draft = installation.press("wo-2026-0145")["answer"]
    issued = installation.press("wo-2026-0144")["answer"]
    page = visitor.sign_in(at=issued["invoice"]["url"])
    visitor.issue(accept_open_prices=page.locator("form[action$='/reprice/']").count() == 1)
    visitor.choose("a[href$='/send/']")
    page.click(".form-actions button")
    page.wait_for_url(issued["invoice"]["url"])
    visitor.go(f"{issued['invoice']['url']}?tab=mails")
    mail = page.get_attribute("tbody a.cell-main", "href") or ""
    visitor.go(f"{issued['invoice']['url']}?tab=annexes")
    annex = page.get_attribute(".files a.cell-main", "href") or ""
    imported = _import(visitor)
    product = visitor.go("/products/").get_attribute("main tbody a.cell-main", "href") or ""
    visitor.go(f"/work-orders/of-document/{draft['invoice']['id']}/")
    return Places(
        draft=f"/invoices/{draft['invoice']['id']}/",
        issued=f"/invoices/{issued['invoice']['id']}/",
        customer=f"/customers/{draft['customer']['id']}/",
        product=product,
        mail=mail,
        annex=annex,
        work_order=page.url.removeprefix(installation.url),
        imported=imported,
    )


def _import(visitor: Visitor) -> str:
    """A price list as far as its preview, with rows of every outcome."""
    page = visitor.go("/imports/new/products/")
    page.set_input_files("[name=file]", {"name": "tarif.csv", "mimeType": "text/csv", "buffer": PRICE_LIST.encode()})
    page.click(".form .btn-create")
    page.wait_for_url("**/reading/")
    page.click(".form-actions .btn-create")
    page.wait_for_url("**/columns/")
    page.click(".form-actions .btn-create")
    expect(page.locator("tbody tr").first).to_be_visible(timeout=WORKER_SECONDS * 1000)
    return page.url.removeprefix(visitor.installation.url)
