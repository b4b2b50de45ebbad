"""An environment, wave by wave: plan, apply and verify every region, and tell how far it is."""
