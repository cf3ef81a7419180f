//! Pictures of what was found, in a terminal and as SVG.
