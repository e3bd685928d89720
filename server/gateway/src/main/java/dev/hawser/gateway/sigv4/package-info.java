/** Requests that are signed as AWS does it (Signature Version 4), as the AWS SDKs sign them. */
package dev.hawser.gateway.sigv4;
