"""The tour: chapters of text, experiments and questions, and what the reader has done of them; without a screen."""
