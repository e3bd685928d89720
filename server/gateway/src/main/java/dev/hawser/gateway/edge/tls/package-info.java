/** TLS at the edge: the certificate and key from their files, and what is spoken with them. */
package dev.hawser.gateway.edge.tls;
