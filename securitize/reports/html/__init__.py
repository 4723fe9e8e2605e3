"""The report as one HTML file: elements that escape by themselves, figures with their references, sections."""
