"""What pages share: the frame, the five states, words, formats, tables and charts."""
