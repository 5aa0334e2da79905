"""Measurements on texts: those shipped here, and larger sets where SWITCHYARD_DATA names them."""
