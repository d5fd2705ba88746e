"""The one small language: text or operators → syntax tree → register program or C."""
