"""VIES: the European Commission's register of VAT numbers, which asks the tax office of each member state.

`client.py` knows the URL, `mapping.py` the JSON. The README says what it answers and how often it does not.
"""
