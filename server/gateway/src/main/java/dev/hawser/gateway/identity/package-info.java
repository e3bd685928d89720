/** Who is speaking: where a credential is found in a request, and what it proves. */
package dev.hawser.gateway.identity;
