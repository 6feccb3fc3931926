"""Climapulse: work orders of HVAC technicians come in, our products go out into its inventory.

Everything that is known about its wire lives in this folder: `client.py` knows the URLs, `mapping.py` the JSON, and
`sandbox/` plays the other side. The README states the contract both ways.
"""
