"""The measured figures: `make bench`. Each runs on scratch data, beside a reference measured in the same run."""
