"""Calendars, day counts, schedules and index rates. With pricing, the only floor that meets QuantLib."""
