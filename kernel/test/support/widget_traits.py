"""The traits of ipywidgets' own classes, by the names of their front-end models, as JSON."""

import json

import ipywidgets

NAMES = """IntSlider FloatSlider IntRangeSlider FloatRangeSlider FloatLogSlider Dropdown SelectionSlider RadioButtons
ToggleButtons Checkbox ToggleButton Text Password Textarea IntText FloatText Button FloatProgress Label HTML Image
Output HBox VBox GridBox Tab Accordion""".split()

with_options = {"Dropdown", "SelectionSlider", "RadioButtons", "ToggleButtons"}
out = {}
for name in NAMES:
    widget = getattr(ipywidgets, name)(**({"options": [1]} if name in with_options else {}))
    out[widget._model_name] = sorted(widget.get_state().keys())
print(json.dumps(out))
