"""The API's reference, served: the OpenAPI document as it is committed, and a page to read it on.

`document` holds the file, `page` turns it into what the template prints, `views` answers. Nothing here asks who reads:
the document says what the product can do, and nothing of any company.
"""
