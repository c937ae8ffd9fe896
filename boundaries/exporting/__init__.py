"""A map in the languages of other programs: Mermaid text, BPMN 2.0 XML. Pure."""
