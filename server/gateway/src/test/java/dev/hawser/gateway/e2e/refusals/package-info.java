/** Bad input of every kind, and what every refusal has to be. */
package dev.hawser.gateway.e2e.refusals;
