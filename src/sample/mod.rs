//! Random streams, designs and inverse distribution functions.
