"""Objections (objecting) and the rulings on whose duty it is (deciding) (派单异议、职责界定)."""
