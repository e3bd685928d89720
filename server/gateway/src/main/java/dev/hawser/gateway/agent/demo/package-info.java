/** The deterministic agent with which every feature can be tried without a model. */
package dev.hawser.gateway.agent.demo;
