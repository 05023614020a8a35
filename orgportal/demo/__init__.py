"""One real district's tree with synthetic people in it: what the demo and the browser tests run on."""
