import type { JWK } from "jose";

// Private keys that everybody knows: made for these tests, used nowhere else.

export const issuerP256: JWK = {
  kty: "EC",
  x: "a8kWZZUaleE77w7NYZ4S88fw4YniaS9ukPGu6wtKMSg",
  y: "8UFwjiMJLkeynRjyPFwpoz5Pby4osXmIrDPMEGDjDTQ",
  crv: "P-256",
  d: "JctNwQ1R87nnyHhd3rtv5jnFbo9WuDhiSizl9r5OYTs",
};

export const p256: JWK = {
  kty: "EC",
  x: "aKc2IPjmv-EA2uFuOrvaNtuzNamOJRUwuRxKn1j-4s0",
  y: "G591YM1xA5OavoHxgw9-t7yvrqBFaVZ2OL5AzJnhE5M",
  crv: "P-256",
  d: "fSK3OFokqwDW0S1j8lz32sKzHixmYW29Z0MDpL1NPn0",
};

export const otherP256: JWK = {
  kty: "EC",
  x: "qZrT0v2Lk31S03dGLQyh5kKTDQd3yXFMjiH1rAwlt3Y",
  y: "Vw8zSZBvTyNR0VQIftc4nrXUpmcBgVy8SD5WOQ3OZy8",
  crv: "P-256",
  d: "js3Pm1JacZqkgTg1u2ph2PahC_ZCGpwLcnlW2IFX1Qs",
};

export const p384: JWK = {
  kty: "EC",
  x: "6dyXzYC2fv78WOoKO69mgzUUhFXN6MPpNUwiUJW7GG2UyMm0cEWmadigRjJk-bh2",
  y: "BJybEMKa-buUrqnU0fMj7G8bjtk5aVCl_KtYCRfVEGvyaVNzkw7e0Wk_3OZf80Cw",
  crv: "P-384",
  d: "nYExyQypv3tTu1oxrNhIcLl3pShhmNeRxnx6AEcfK32Uk49_v1pwHtH0egBGhPiv",
};

export const p521: JWK = {
  kty: "EC",
  x: "AK7Cy6SCBcWz0Ym6Hh88s0dPn35vSFjsiIhcquYZv21XBTsq-bFEIQ5N8_gN8XTk0DjB0FIRbTvwqvPCQc6qPPmj",
  y: "ARS4SVkjrVQxTx9O9Ftv0LJP5XFv7reLCslneP_p0ISe4bYpUSID3_aDSw0M7ZeY2YslyJ3UIY3nsf1nP199hA72",
  crv: "P-521",
  d: "AKDDyP2nNxWdHIelcQtDd6I7hVcEw0PhK_2DC4FDG9IQwD3JEEm12vzSubIpOo3anqNlxHVD68FbnpUVQP1MVEVN",
};

export const ed25519: JWK = {
  crv: "Ed25519",
  d: "Li6E4OiFQvZsyC429C6x2H7HWFiVzPzURyBUs5rNOmc",
  x: "R085SsdP1l8tMyUE2kJ-zmGv45dDDWngd-OYkXtA9Zo",
  kty: "OKP",
};

export const rsa: JWK = {
  kty: "RSA",
  n: "zrtOWbDwVIxXjExX_MoopA7YXFMvn8ptHDveZsec3ZwEM1qjGKjbDI83lT5GWNKXVy6qkD5sB9Ap5XkYE-jSsyQUc7070ROemorxM7SzjlwZ26iLZnU-C_2QVRazXFf4zuU8fWuv9EGRApxsP-fL1y2l739gTWTx_ov2wzBOq6TVYNw_cxG1fFoHiilXLBIH8gRBhTW9LcUzI3P6WY2hPmxEz96JauLBrrpkbH9y8sa0VmwCYb0H9t4VIxqo0H-P1R23dV2icSg9PSheFS7W-XwTREXf5YzprYdG0BEHs68N7VgRQ0h5FIUUuobpSlnIl7Od_aj3HFQJlXHMtC7WSQ",
  e: "AQAB",
  d: "AeO2YJ18ZNlvh2m_OCFE49L66UUdX1GDU8m8S6YxadkeNLX0XapVbjT05hlOnUs3dOWJS442gI_HgkBsFup-2oJO6YvmOw_52CHC-J0DMx7mYZqVw5b4vTVRF2YAt6xaKtHvjpnoXswmniZ92suskkfph1nbsHlmuNPgqoILhggUcZct2e9lA5_setzCDNdhcsyCWnUMS3cm0LHtjrJoKtwH-tRd8NJWsY2sCcu-DGN5SBGHfIdP1qXU57KisdSuf33FJ-XhFuYi3b0crb5RXVnLmUJYWfQYKGwqODXy4vjv2R_UKllFe3J6vpBK9Km8L01DTkqH3gif4pl1TC81TQ",
  p: "8F5-pas2Z2hioNtDL0XNVxbpoeNLQTou0umN9nP4ZHT9qczZVcxSy4KfXCrFEEmz2dloVbloh1GitZ6_mh0BuVooOrIDOgD15jCA8wHWFuCiRbn6pnLQ8etnBJnwvWZWgo0KFptfKxS8O-XXERS913VP9dvZkhR0OnoBDZPP6Bc",
  q: "3CzWXDB1nEe0r23V8-40U5xMImy_2i7NY0iKBVbah-RFpVQS-de2NJ2h1MV0XJ8FUX7OA9Fx1bYKamcQGS-ysTl0kdi1BIbAVInipULJiECHVyIJkxH0wvhD4lFoDF2pZVAzyQEL_qB-1Bx4fZ-7NKT51Z_077ANJVeN2jQ90J8",
  dp: "BoC38mlwXlnPmUR1S9kalgmTpoKMraYSUDhrU8iNZsJXfnmBQ7X0Y3cUMp0hmbA0wmcEUJVkg4ys1zcFPfkc69PJlNTuC2qtPF4BjxF0pkfLfBFs-4XNq03QCqrTfXxASOXh6PypFXRJJ2GvcNHb1PFiiWc6Op59Cnv0fVaLYF8",
  dq: "QDN61irzQHzQPQ9EAfsFmxPKR4d6cf6PuVGfnWr0EggIHutjFSNHaBRG6iohghiEjnzxSb-699w7MUeYNB_qdS8RxK1yKz23u27xfcr5xRc737Z3IEFuI6QM92NRebmd-YLndsctXjQih2s93zPCfNlWWGpqG7I0Qx1Cqcvt8nU",
  qi: "Z-SqppJfhimjn4Wyd_83TFSQNyf6zckTaQu4H8aGBX09ajnR-1t-l2Txjwsn-0eqLfodgH0NVQYMGpw7JFFx6j1-iLTH3o49KUa_ikPX6FdGxlwkKR4MHBWDoWsp6zO7Zdk5RYubwJMjSCs_Sq9sl7G38KAN9Jm0KWw7jTpMq4Y",
};
