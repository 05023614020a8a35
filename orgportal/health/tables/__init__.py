"""What health says, as labelled values: for pages, papers and mails alike."""
