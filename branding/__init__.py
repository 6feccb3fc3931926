"""How the company looks on paper: themes with colour, logo and address window."""
