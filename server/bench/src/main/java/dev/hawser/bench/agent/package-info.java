/** An agent inside the generator whose events carry the nanosecond at which they left. */
package dev.hawser.bench.agent;
