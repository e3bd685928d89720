/** The typed configuration: records, the strict reader of YAML and environment, and what this version lacks. */
package dev.hawser.gateway.config;
